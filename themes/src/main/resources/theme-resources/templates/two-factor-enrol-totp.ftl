<#import "template.ftl" as layout>
<#import "two-factor-enrol-parts.ftl" as parts>
<@layout.registrationLayout displayMessage=false; section>
  <#if section == "header">
    ${msg("two-factor-enrol-totp-title")}
  <#elseif section == "form">
    <@parts.frame>
      <ol class="two-factor-steps">
        <li>
          <p>${msg("two-factor-enrol-totp-step-app")}</p>
          <ul id="two-factor-apps"><#list twoFactor.apps as app><li>${msg(app)}</li></#list></ul>
        </li>
        <li>
          <#if twoFactor.qrCode??>
            <p>${msg("two-factor-enrol-totp-step-scan")}</p>
            <img id="two-factor-qr-code" class="two-factor-qr-code" src="data:image/png;base64,${twoFactor.qrCode}"
                 alt="${msg("two-factor-enrol-totp-qr-alt")}"/>
          </#if>
          <p class="two-factor-on-the-phone">
            <a id="two-factor-open" class="${properties.kcButtonClass!} ${properties.kcButtonSecondaryClass!properties.kcButtonDefaultClass!}"
               href="${twoFactor.uri}">${msg("two-factor-enrol-totp-open")}</a>
          </p>
          <p>${msg("two-factor-enrol-totp-cant-scan")}</p>
          <p><code id="two-factor-key" class="two-factor-key" dir="ltr">${twoFactor.key}</code></p>
          <div class="two-factor-tools">
            <button type="button" id="two-factor-copy" class="${properties.kcButtonClass!} ${properties.kcButtonSecondaryClass!properties.kcButtonDefaultClass!}"
                    data-text="${twoFactor.key?replace(" ", "")}" data-two-factor-copied="two-factor-copied" hidden>${msg("two-factor-enrol-totp-copy")}</button>
            <span id="two-factor-copied" role="status" data-text="${msg("two-factor-enrol-totp-copied")}"></span>
          </div>
          <ul id="two-factor-details">
            <li>${msg("two-factor-enrol-totp-type")}</li>
            <li>${msg("two-factor-enrol-totp-algorithm", twoFactor.algorithm)}</li>
            <li>${msg("two-factor-enrol-totp-digits", twoFactor.digits)}</li>
            <li>${msg("two-factor-enrol-totp-period", twoFactor.period)}</li>
          </ul>
        </li>
        <li><p id="two-factor-hint">${msg("two-factor-enrol-totp-step-code")}</p></li>
      </ol>
      <@parts.form id="two-factor-enrol">
        <@parts.code label=msg("two-factor-code-label") describedBy="two-factor-hint" autofocus=messagesPerField.existsError("code")/>
        <@parts.input name="deviceName" label=msg("two-factor-enrol-totp-device-name") value=twoFactor.deviceName maxlength="64"/>
        <#if twoFactor.others?has_content>
          <p id="two-factor-others-label">${msg("two-factor-enrol-totp-others")}</p>
          <ul id="two-factor-others" class="two-factor-others"><#list twoFactor.others as name><li><bdi>${name}</bdi></li></#list></ul>
          <fieldset class="two-factor-choices" aria-labelledby="two-factor-others-label" aria-describedby="two-factor-others">
            <#if twoFactor.hasRoom>
              <div class="two-factor-choice">
                <input type="radio" id="others-keep" name="others" value="keep" <#if !twoFactor.replace>checked</#if>/>
                <label for="others-keep">${msg("two-factor-enrol-totp-add")}</label>
              </div>
            </#if>
            <div class="two-factor-choice">
              <input type="radio" id="others-replace" name="others" value="replace" <#if twoFactor.replace || !twoFactor.hasRoom>checked</#if>/>
              <label for="others-replace">${msg("two-factor-enrol-totp-replace")}</label>
            </div>
          </fieldset>
        </#if>
        <@parts.actions>
          <@parts.button label="two-factor-configure-continue" id="two-factor-continue"/>
          <@parts.ways/>
        </@parts.actions>
      </@parts.form>
    </@parts.frame>
  </#if>
</@layout.registrationLayout>
