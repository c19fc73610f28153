<#--
  The parts that our pages are made of: those of the theme, where it is keycloak.v2 or has its field.ftl and buttons.ftl,
  and plain ones otherwise. Every page works without scripts.
-->
<#assign fieldFile = .get_optional_template("field.ftl")>
<#assign buttonsFile = .get_optional_template("buttons.ftl")>
<#if fieldFile.exists><#assign field = fieldFile.import()></#if>
<#if buttonsFile.exists><#assign buttons = buttonsFile.import()></#if>
<#assign themeHasParts = (field.group)?? && (buttons.actionGroup)?? && (buttons.button)??>

<#-- What the look of our pages needs: each has it once, ahead of its forms. -->
<#macro look>
  <link rel="stylesheet" href="${url.resourcesPath}/css/two-factor-pages.css"/>
</#macro>

<#macro form id>
  <form id="${id}" class="two-factor-form ${properties.kcFormClass!}" action="${url.loginAction}" method="post"
        novalidate="novalidate" onsubmit="login.disabled = true; return true;">
    <#nested>
  </form>
</#macro>

<#-- keycloak.v2 shows the user's name in a field whose label belongs to another one. This one is for those who listen. -->
<#macro userNameLabel>
  <#if themeHasParts>
    <label for="kc-attempted-username" class="pf-v5-screen-reader">${msg("username")}</label>
  </#if>
</#macro>

<#--
  The one field of a page that asks for a code. A code runs from left to right in every language. What is wrong stands
  beside it and belongs to its description, which is read out when the page has loaded and the field has the focus.
-->
<#macro codeField label describedBy numeric=true>
  <#local error = messagesPerField.get("code")>
  <#local wrong = messagesPerField.existsError("code")>
  <#if themeHasParts>
    <@field.group name="code" label=label error=error>
      <span class="${properties.kcInputClass!} <#if wrong>${properties.kcError!}</#if>">
        <@codeInput describedBy=describedBy numeric=numeric wrong=wrong/>
        <#if wrong && (field.errorIcon)??><@field.errorIcon error=error/></#if>
      </span>
    </@field.group>
  <#else>
    <div class="${properties.kcFormGroupClass!}">
      <div class="${properties.kcLabelWrapperClass!}">
        <label for="code" class="${properties.kcLabelClass!}">${label}</label>
      </div>
      <div class="${properties.kcInputWrapperClass!}">
        <@codeInput describedBy=describedBy numeric=numeric wrong=wrong class=properties.kcInputClass!""/>
        <#if wrong>
          <span id="input-error-code" class="${properties.kcInputErrorMessageClass!}" aria-live="polite">${error}</span>
        </#if>
      </div>
    </div>
  </#if>
</#macro>

<#-- What is wrong, on a page that has no field to put it beside: as the theme shows it there. -->
<#macro error>
  <div class="${properties.kcFormHelperTextClass!}">
    <div class="${properties.kcInputHelperTextClass!}">
      <div id="input-error-code" role="alert" class="${properties.kcInputHelperTextItemClass!} ${properties.kcError!}">
        <span class="${properties.kcInputErrorMessageClass!}">${messagesPerField.get("code")}</span>
      </div>
    </div>
  </div>
</#macro>

<#macro codeInput describedBy numeric wrong class="">
  <input id="code" name="code" type="text" value="" class="${class}" dir="ltr" autofocus
         <#if numeric>autocomplete="one-time-code" inputmode="numeric"<#else>autocomplete="off" autocapitalize="characters"</#if>
         autocorrect="off" spellcheck="false"
         aria-describedby="${describedBy}<#if wrong> input-error-code</#if>"
         aria-invalid="${wrong?c}"/>
</#macro>

<#-- The button that sends a form: its label by its key. -->
<#macro submit label name="login" id="kc-login">
  <#if themeHasParts>
    <@buttons.actionGroup>
      <@buttons.button id=id name=name label=label/>
    </@buttons.actionGroup>
  <#else>
    <div class="${properties.kcFormGroupClass!}">
      <div id="kc-form-buttons" class="${properties.kcFormButtonsClass!}">
        <input type="submit" id="${id}" name="${name}" value="${msg(label)}"
               class="${properties.kcButtonClass!} ${properties.kcButtonPrimaryClass!} ${properties.kcButtonBlockClass!} ${properties.kcButtonLargeClass!}"/>
      </div>
    </div>
  </#if>
</#macro>

<#--
  The other ways, each a button. The theme's own link leads to a page of Keycloak's that listens to the mouse alone: so
  whoever has no scripts, or comes to the link by the keyboard, has the ways here.
-->
<#macro otherWays>
  <#if auth?has_content && auth.showTryAnotherWayLink()>
    <noscript>
      <style>#try-another-way { display: none; } #two-factor-other-ways[hidden] { display: block; }</style>
    </noscript>
    <form id="two-factor-other-ways" action="${url.loginAction}" method="post" class="two-factor-form ${properties.kcFormClass!}" hidden>
      <fieldset class="two-factor-other-ways">
        <legend class="${properties.kcLabelClass!}">${msg("doTryAnotherWay")}</legend>
        <#list auth.authenticationSelections?filter(way -> way.authExecId != twoFactorExecution) as way>
          <button type="submit" name="authenticationExecution" value="${way.authExecId}"
                  class="${properties.kcButtonSecondaryClass!properties.kcButtonClass!} ${properties.kcButtonBlockClass!} pf-v5-u-mt-sm">
            ${msg(way.displayName)}
          </button>
        </#list>
      </fieldset>
    </form>
    <script type="module" src="${url.resourcesPath}/js/two-factor-other-ways.js"></script>
  </#if>
</#macro>

<#-- Where the flow lets a device be trusted. -->
<#macro trustDevice>
  <div class="${properties.kcFormGroupClass!}">
    <div class="${properties.kcCheckboxClass!}">
      <input type="checkbox" id="trustDevice" name="trustDevice" value="on" class="${properties.kcCheckboxInputClass!}"
             aria-describedby="trust-device-hint"/>
      <label for="trustDevice" class="${properties.kcCheckboxLabelClass!}">${msg("two-factor-trust-device", twoFactorTrustUntil)}</label>
    </div>
    <p id="trust-device-hint"><small>${msg("two-factor-trust-device-hint")}</small></p>
  </div>
</#macro>

<#-- A page that asks for a code and nothing else. -->
<#macro codeForm label hint numeric=true withOtherWays=true>
  <@form id="two-factor-code-form">
    <p id="two-factor-hint">${hint}</p>
    <@codeField label=label describedBy="two-factor-hint" numeric=numeric/>
    <#if twoFactorTrustUntil??><@trustDevice/></#if>
    <@submit label="doLogIn"/>
  </@form>
  <#if withOtherWays><@otherWays/></#if>
</#macro>
