<#--
  The parts that the pages of our required actions are made of: those of the theme, where it is keycloak.v2 or has its
  field.ftl and buttons.ftl, and plain ones otherwise. Every page works without scripts.
-->
<#assign fieldFile = .get_optional_template("field.ftl")>
<#assign buttonsFile = .get_optional_template("buttons.ftl")>
<#if fieldFile.exists><#assign field = fieldFile.import()></#if>
<#if buttonsFile.exists><#assign buttons = buttonsFile.import()></#if>
<#assign themeHasParts = (field.group)?? && (buttons.actionGroup)?? && (buttons.button)??>

<#-- What stands around every page: style, what there is to say, and the script that is missed by nobody. -->
<#macro frame>
  <link rel="stylesheet" href="${url.resourcesPath}/css/two-factor-enrol.css"/>
  <div class="two-factor-page">
    <@alert/>
    <#nested>
  </div>
  <script type="module" src="${url.resourcesPath}/js/two-factor-enrol.js"></script>
  <#if twoFactor.waitSeconds??><script type="module" src="${url.resourcesPath}/js/two-factor-countdown.js"></script></#if>
</#macro>

<#-- What went wrong or well, but for what stands beside a field. It is read out. -->
<#macro alert>
  <#if message?has_content && !messagesPerField.existsError("code", "email", "saved")>
    <#local bad = message.type == "error">
    <div class="alert-${message.type} ${properties.kcAlertClass!} pf-m-${bad?then("danger", message.type)}" role="${bad?then("alert", "status")}"
         id="two-factor-message">
      <div class="${properties.kcAlertIconClass!"pf-c-alert__icon"}" aria-hidden="true">
        <span class="${bad?then(properties.kcFeedbackErrorIcon!, properties.kcFeedbackInfoIcon!)}"></span>
      </div>
      <span class="${properties.kcAlertTitleClass!} kc-feedback-text">${message.summary}</span>
    </div>
  </#if>
</#macro>

<#-- A form of the page. The server goes by the hidden field which page it comes from. -->
<#macro form id>
  <form id="${id}" class="${properties.kcFormClass!} two-factor-form" action="${url.loginAction}" method="post" data-two-factor-once>
    <input type="hidden" name="page" value="${twoFactor.page}"/>
    <#nested>
  </form>
</#macro>

<#-- A field. What is wrong stands beside it and belongs to its description. -->
<#macro input name label describedBy="" value="" type="text" autocomplete="off" inputmode="" ltr=false autofocus=false maxlength="">
  <#local wrong = messagesPerField.existsError(name)>
  <#local error = messagesPerField.get(name)>
  <#if themeHasParts>
    <@field.group name=name label=label error=error>
      <span class="${properties.kcInputClass!} <#if wrong>${properties.kcError!}</#if>">
        <@box name=name describedBy=describedBy value=value type=type autocomplete=autocomplete inputmode=inputmode ltr=ltr
              autofocus=autofocus maxlength=maxlength wrong=wrong/>
        <#if wrong && (field.errorIcon)??><@field.errorIcon error=error/></#if>
      </span>
    </@field.group>
  <#else>
    <div class="${properties.kcFormGroupClass!}">
      <div class="${properties.kcLabelWrapperClass!}">
        <label for="${name}" class="${properties.kcLabelClass!}">${label}</label>
      </div>
      <div class="${properties.kcInputWrapperClass!}">
        <@box name=name describedBy=describedBy value=value type=type autocomplete=autocomplete inputmode=inputmode ltr=ltr
              autofocus=autofocus maxlength=maxlength wrong=wrong class=properties.kcInputClass!""/>
        <#if wrong>
          <span id="input-error-${name}" class="${properties.kcInputErrorMessageClass!}" aria-live="polite">${error}</span>
        </#if>
      </div>
    </div>
  </#if>
</#macro>

<#macro box name describedBy value type autocomplete inputmode ltr autofocus maxlength wrong class="">
  <#local description = (describedBy + wrong?then(" input-error-" + name, ""))?trim>
  <input id="${name}" name="${name}" type="${type}" value="${value}" class="${class}" autocomplete="${autocomplete}"
         <#if inputmode?has_content>inputmode="${inputmode}"</#if>
         <#if maxlength?has_content>maxlength="${maxlength}"</#if>
         <#if ltr>dir="ltr" autocorrect="off" autocapitalize="off" spellcheck="false"</#if>
         <#if autofocus>autofocus</#if>
         <#if description?has_content>aria-describedby="${description}"</#if>
         aria-invalid="${wrong?c}"/>
</#macro>

<#-- The field for a code, which runs from left to right in every language. -->
<#macro code label describedBy="" numeric=true autofocus=true>
  <@input name="code" label=label describedBy=describedBy ltr=true autofocus=autofocus
          autocomplete=numeric?then("one-time-code", "off") inputmode=numeric?then("numeric", "")/>
</#macro>

<#macro actions>
  <#if themeHasParts>
    <@buttons.actionGroup><#nested></@buttons.actionGroup>
  <#else>
    <div class="${properties.kcFormGroupClass!}">
      <div class="${properties.kcFormButtonsClass!} two-factor-buttons"><#nested></div>
    </div>
  </#if>
</#macro>

<#-- A button that sends the form. Its label by its key. -->
<#macro button label id name="" value="" primary=true checks=true>
  <#local kind = primary?then(properties.kcButtonPrimaryClass!, properties.kcButtonSecondaryClass!properties.kcButtonDefaultClass!)>
  <button type="submit" id="${id}" class="${properties.kcButtonClass!} ${kind} ${properties.kcButtonBlockClass!}"
          <#if name?has_content>name="${name}" value="${value?has_content?then(value, "on")}"</#if>
          <#if !checks>formnovalidate</#if>>${msg(label)}</button>
</#macro>

<#-- The ways out: back to the choice, where there was one; and back to the app, where one has sent the user. -->
<#macro ways>
  <#if twoFactor.canChoose>
    <@button label="doBack" id="two-factor-choose" name="choose" primary=false checks=false/>
  </#if>
  <@cancel/>
</#macro>

<#macro cancel>
  <#if isAppInitiatedAction??>
    <@button label="doCancel" id="two-factor-cancel" name="cancel-aia" value="true" primary=false checks=false/>
  </#if>
</#macro>

<#-- Another mail: at once, or after a wait that scripts count down. Too early, the server says how long it is still. -->
<#macro resend>
  <#if twoFactor.waitSeconds??>
    <p id="two-factor-wait" data-two-factor-countdown="${twoFactor.waitSeconds?c}" data-two-factor-button="two-factor-send"
       data-two-factor-text="${msg("two-factor-email-otp-form-resend-wait", msg("two-factor-wait-seconds", "#"))}">${msg("two-factor-email-otp-form-resend-wait", twoFactor.wait)}</p>
  </#if>
  <@button label="two-factor-email-otp-form-resend" id="two-factor-send" name="send" primary=false checks=false/>
</#macro>
